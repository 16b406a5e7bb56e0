package extract

func (r *reader) readDates() {}
